# State at boot is evaluated as a level: a door already open is raised at once with initial, not at the next edge.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/0 = 1
t=+0 scan x3
> 00:00.000 alarm.raised gate door.forced B latched p1 DF #1 initial
> 00:00.100 sensor.changed gate open initial
