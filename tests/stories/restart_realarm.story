# The time to alarm again goes on over a restart.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, conditions: {door.forced: {realarm_s: 600}}}
story
t=+0 wire io/di/0 = 1
t=+0 scan x2
> 00:00.000 alarm.raised gate door.forced B latched p1 DF #1 initial
> 00:00.000 sensor.changed gate open initial
t=+1000 ack gate/door.forced
> 00:01.100 alarm.acked gate door.forced C latched p1 #1 by op12
> = ok
t=+300000 restart
t=+0 scan x2
> 05:01.100 sensor.changed gate open initial
t=+310000 wait
> 10:01.100 alarm.raised gate door.forced B latched p1 DF #5 count=2
