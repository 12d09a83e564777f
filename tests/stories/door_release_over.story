# Release window: 5.1 s after the release fell it is over, and the opening is forced.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 sample io/di/2 = 1
t=+100 sample io/di/2 = 0
t=+100 sample io/di/2 = 0
t=+5000 wire io/di/0 = 1
t=+0 scan
> 00:05.400 sensor.changed gate open
> 00:05.400 alarm.raised gate door.forced B latched p1 DF #3
