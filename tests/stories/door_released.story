# Release window: an opening while released, or within 5 s after the release fell (the default release_s), is authorised.
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
# 4.8 s after the release fell
t=+4700 scan
t=+0 sample io/di/0 = 1
> 00:05.100 sensor.changed gate open
t=+0 scan
t=+1000 sample io/di/0 = 0
t=+100 scan
> 00:06.200 sensor.changed gate locked
