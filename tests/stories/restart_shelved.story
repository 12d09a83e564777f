# State survives a restart: shelved stays shelved, and its time goes on.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+300 wire io/di/0 = 1
t=+0 scan x2
> 00:00.400 sensor.changed gate open
> 00:00.400 alarm.raised gate door.forced B latched p1 DF #3
t=+0 shelve gate/door.forced for=60 why seen
> 00:00.500 alarm.shelved gate door.forced E latched p1 #3 shelved until 01:00 by op12 why seen
> = ok
t=+10000 restart
t=+0 scan x2
> 00:10.600 sensor.changed gate open initial
t=+60000 wait
> 01:00.500 alarm.unshelved gate door.forced C latched p1 #3
> 01:00.500 alarm.raised gate door.forced B latched p1 DF #7 count=2
