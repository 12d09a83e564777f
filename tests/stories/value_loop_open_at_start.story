# A wire that is cut at the first look: the state is not known, the cut is, and nothing is taken for closed.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 4095
t=+0 scan x3
> 00:00.000 alarm.raised gate loop.open B latched p1 BT #1 initial
t=+0 view gate
> = unknown unknown
t=+100 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.400 alarm.cleared gate loop.open D latched p1 BJ #1
> 00:00.400 sensor.changed gate closed initial
t=+0 view gate
> = closed good
