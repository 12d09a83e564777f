# OPC UA Part 9 ReAlarmTime: acknowledged and still active after realarm_s, it is raised again as if new; not when it is gone.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, conditions: {door.forced: {realarm_s: 600}}}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+300 wire io/di/0 = 1
t=+0 scan x2
> 00:00.400 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.400 sensor.changed gate open
t=+1000 ack gate/door.forced
> 00:01.500 alarm.acked gate door.forced C latched p1 #2 by op12
> = ok
t=+600000 wait
> 10:01.500 alarm.raised gate door.forced B latched p1 DF #5 count=2
t=+0 ack gate/door.forced #3
> = stale occurrence
t=+0 ack gate/door.forced #5
> 10:01.500 alarm.acked gate door.forced C latched p1 #5 count=2 by op12
> = ok
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 10:02.600 alarm.cleared gate door.forced C latched p1 DR #5 count=2
> 10:02.600 alarm.latched gate door.forced C latched p1 #5 count=2
> 10:02.600 sensor.changed gate closed
t=+700000 wait
