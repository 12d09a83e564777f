# BT 372 at priority 3: a bridged loop of an unset area is trouble, and it blocks setting (EN 50131-1 table 4).
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire num/loop/0 = 12
t=+0 scan x3
> 00:00.200 alarm.raised gate loop.short B latched p3 BT #2
t=+100 set yard
> 00:00.500 area.set_refused yard CI by op12 why gate
> = blocked: gate
t=+100 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.700 alarm.cleared gate loop.short D latched p3 BJ #2
