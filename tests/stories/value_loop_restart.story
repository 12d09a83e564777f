# A cut that was told before a restart is not told again, and does not end until two samples say so.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire num/loop/0 = 4095
t=+0 scan x2
> 00:00.200 alarm.raised gate loop.open B latched p1 BT #2
t=+1000 restart
t=+0 scan x3
t=+100 wire num/loop/0 = 2050
t=+0 scan x2
> 00:01.700 alarm.cleared gate loop.open D latched p1 BJ #2
> 00:01.700 sensor.changed gate closed initial
