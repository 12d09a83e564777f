# ISA-18.2 11.7.3: unshelved by hand, an alarm that is still true comes back acknowledged; who shelves has seen it. While shelved
# (letter E) nothing is announced, and evaluation goes on.
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
t=+1000 shelve gate/door.forced for=600 why contact is being changed
> 00:01.500 alarm.shelved gate door.forced E latched p1 #3 shelved until 10:01 by op12 why contact is being changed
> = ok
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:02.600 alarm.cleared gate door.forced E latched p1 #3 shelved until 10:01
> 00:02.600 alarm.latched gate door.forced E latched p1 #3 shelved until 10:01
> 00:02.600 sensor.changed gate locked
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:03.600 sensor.changed gate open
> 00:03.600 sensor.changed gate door.forced open
t=+1000 unshelve gate/door.forced
> 00:04.700 alarm.unshelved gate door.forced C latched p1 DF #10 count=2 by op12
> = ok
t=+0 unshelve gate/door.forced
> = not needed
