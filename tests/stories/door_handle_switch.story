# Request to exit: a handle that releases and opens within one scan is read contact first, release second, and is not forced.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 wire io/di/0 = 1
t=+0 wire io/di/2 = 1
t=+0 wire io/di/1 = 0
t=+0 scan x2
> 00:00.200 sensor.changed gate open
