# SIA DJ: in an unset area a forced door is trouble of priority 2, not an alarm of priority 1.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+300 wire io/di/0 = 1
t=+0 scan
> 00:00.400 sensor.changed gate open
> 00:00.400 alarm.raised gate door.forced B latched p2 DJ #3
t=+1000 ack gate/door.forced
> 00:01.400 alarm.acked gate door.forced C latched p2 #3 by op12
> = ok
