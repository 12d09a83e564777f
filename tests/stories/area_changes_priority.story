# A tamper and a lost point rank higher while set: unsetting an area lowers an open alarm, and says so.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+300 wire io/di/3 = 1
t=+0 scan x2
> 00:00.400 alarm.raised gate tamper B latched p1 TA #2
t=+1000 unset yard
> 00:01.500 area.unset yard OP by op12
> 00:01.500 alarm.updated gate tamper B latched p2 TT #2 by op12
> = ok
t=+1000 unset yard
> = not needed
