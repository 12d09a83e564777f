# IEC 60839-11-1 access point monitoring; SIA DF, DR: a door opened without release in a set area is forced at the
# first open sample, clears at the second closed one, and stays latched until acknowledged and reset.
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
t=+5000 wire io/di/0 = 0
t=+0 scan x2
> 00:05.600 alarm.cleared gate door.forced D latched p1 DR #3
> 00:05.600 sensor.changed gate locked
t=+1000 reset gate/door.forced
> = not acknowledged
t=+0 ack gate/door.forced
> 00:06.600 alarm.acked gate door.forced C latched p1 #3 by op12
> 00:06.600 alarm.latched gate door.forced C latched p1 #3 by op12
> = ok
t=+1000 reset gate/door.forced
> 00:07.600 alarm.reset gate door.forced A p1 #3 by op12
> = ok
t=+0 reset gate/door.forced
> = not needed
