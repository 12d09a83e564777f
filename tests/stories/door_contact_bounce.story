# Contact bounce: closing is debounced over two samples, so a chattering contact is one opening.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 sample io/di/0 = 1
> 00:00.200 alarm.raised gate door.forced B latched p1 DF #2
> 00:00.200 sensor.changed gate open
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 1
t=+100 sample io/di/0 = 1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.900 alarm.cleared gate door.forced D latched p1 DR #2
> 00:00.900 sensor.changed gate closed
