# State at boot: a door that stands open and is released is not forced.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/0 = 1
t=+0 wire io/di/2 = 1
t=+0 scan x3
> 00:00.100 sensor.changed gate open initial
