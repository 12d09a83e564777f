# UFGS 28 16 00: a supervised loop has at least four states. A door contact behind a double resistor: alarm band open, normal
# band closed, forced at the first sample; DF.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire num/loop/0 = 1400
t=+0 scan x2
> 00:00.200 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.200 sensor.changed gate open
t=+100 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.500 alarm.cleared gate door.forced D latched p1 DR #2
> 00:00.500 sensor.changed gate closed
