# One sample between the bands is the converter on its way, not drift; R27: two samples in a row.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: {loop: dual, point: num/loop/0}}
story
t=+0 wire num/loop/0 = 2050
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 sample num/loop/0 = 1700
t=+100 sample num/loop/0 = 1400
> 00:00.300 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.300 sensor.changed gate open
t=+100 sample num/loop/0 = 1700
t=+100 sample num/loop/0 = 2050
t=+100 sample num/loop/0 = 2050
> 00:00.600 alarm.cleared gate door.forced D latched p1 DR #2
> 00:00.600 sensor.changed gate closed
