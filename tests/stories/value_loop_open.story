# BT 371: a cut wire is loop.open from the second sample in a row, priority 1 while the area is set, latched; the door stays what
# it was, and a forced door is no part of it.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire num/loop/0 = 4095
t=+0 scan
t=+100 scan
> 00:00.200 alarm.raised gate loop.open B latched p1 BT #2
t=+0 view gate
> = closed good
t=+100 ack gate/loop.open
> 00:00.400 alarm.acked gate loop.open C latched p1 #2 by op12
> = ok
t=+100 wire num/loop/0 = 2050
t=+0 scan
t=+100 scan
> 00:00.600 alarm.cleared gate loop.open C latched p1 BJ #2
> 00:00.600 alarm.latched gate loop.open C latched p1 #2
t=+100 reset gate/loop.open
> 00:00.700 alarm.reset gate loop.open A p1 #2 by op12
> = ok
