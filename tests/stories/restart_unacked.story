# Alarm state survives restart: unacknowledged stays unacknowledged and keeps its occurrence; what is still true is not raised again.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:00.200 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.200 sensor.changed gate open
t=+1000 restart
t=+500 scan x3
> 00:01.700 sensor.changed gate open initial
t=+0 ack gate/door.forced #2
> 00:01.900 alarm.acked gate door.forced C latched p1 #2 by op12
> = ok
t=+1000 restart
t=+0 wire io/di/0 = 0
t=+0 scan x2
> 00:03.000 alarm.cleared gate door.forced C latched p1 DR #2
> 00:03.000 alarm.latched gate door.forced C latched p1 #2
> 00:03.000 sensor.changed gate closed initial
t=+0 reset gate/door.forced
> 00:03.000 alarm.reset gate door.forced A p1 #2 by op12
> = ok
