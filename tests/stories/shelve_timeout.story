# ISA-18.2 11.7.3: when the time of shelving is over, what is still true is raised again, unacknowledged; once, with an occurrence
# of its own.
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
t=+1000 ack gate/door.forced
> 00:01.500 alarm.acked gate door.forced C latched p1 #3 by op12
> = ok
t=+0 shelve gate/door.forced for=60 why seen, a patrol is there
> 00:01.500 alarm.shelved gate door.forced E latched p1 #3 shelved until 01:01 by op12 why seen, a patrol is there
> = ok
t=+70000 wait
> 01:01.500 alarm.unshelved gate door.forced C latched p1 #3
> 01:01.500 alarm.raised gate door.forced B latched p1 DF #7 count=2
t=+0 scan
