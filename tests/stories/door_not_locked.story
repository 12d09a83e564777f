# Closed is not secure: SIA DT, DR. Closed with the bolt not home for 5 s is not_locked; opening ends it.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 wire io/di/2 = 1
t=+0 wire io/di/1 = 0
t=+0 scan
> 00:00.200 sensor.changed gate closed
t=+100 wire io/di/0 = 1
t=+0 scan x2
> 00:00.300 sensor.changed gate open
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:01.500 sensor.changed gate closed
t=+6000 scan
> 00:06.400 alarm.raised gate door.not_locked B p2 DT #5
t=+1000 wire io/di/1 = 1
t=+0 scan x2
> 00:08.600 alarm.cleared gate door.not_locked D p2 DR #5
> 00:08.600 sensor.changed gate locked
