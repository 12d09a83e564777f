# One missed scan is not a loss: the sensor shows it at once, but no event is made of it.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 sample io/di/0 = 0 uncertain
t=+0 view gate
> = closed uncertain
t=+100 sample io/di/0 = 0
t=+0 view gate
> = closed good
