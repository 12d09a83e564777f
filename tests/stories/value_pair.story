# Antivalent contacts must differ. One sample in which they agree is the switch on its way; two are loop.open or loop.short.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {pair: [io/di/0, io/di/1]}}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire io/di/1 = 0
t=+0 scan
t=+0 wire io/di/0 = 1
t=+100 scan x2
> 00:00.300 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.300 sensor.changed gate open
t=+100 wire io/di/0 = 0
t=+0 scan x3
> 00:00.500 alarm.raised gate loop.open B latched p1 BT #4
t=+100 wire io/di/1 = 1
t=+0 scan x2
> 00:00.900 alarm.cleared gate door.forced D latched p1 DR #2
> 00:00.900 alarm.cleared gate loop.open D latched p1 BJ #4
> 00:00.900 sensor.changed gate closed
