# Pulling at the wire of a shorted loop until it breaks: each trouble is a condition of its own.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: tamper, area: yard, input: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate normal initial
t=+100 wire num/loop/0 = 3
t=+0 scan x2
> 00:00.200 alarm.raised gate loop.short B latched p1 BT #2
t=+100 wire num/loop/0 = 4095
t=+0 scan x2
> 00:00.500 alarm.cleared gate loop.short D latched p1 BJ #2
> 00:00.400 alarm.raised gate loop.open B latched p1 BT #4
