# A command names what it means: no such condition, nothing to acknowledge, an occurrence that never was.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+0 ack gate/fence.intrusion
> = no such target
t=+0 ack gate/door.forced
> = not needed
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:00.200 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.200 sensor.changed gate open
t=+0 ack gate/door.forced #99
> = stale occurrence
t=+0 ack nothing/door.forced
> = no such target
t=+0 set nowhere
> = no such target
