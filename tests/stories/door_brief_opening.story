# Opening counts from the first sample: a door that is shut again before the release was heard is still forced.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: far/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 sample io/di/0 = 1
> 00:00.200 sensor.changed gate open
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:00.400 sensor.changed gate closed
t=+20 sample far/di/0 = 0
> 00:00.200 alarm.raised gate door.forced B latched p1 DF #4
> 00:00.420 alarm.cleared gate door.forced D latched p1 DR #4
t=+1000 sample io/di/0 = 0
