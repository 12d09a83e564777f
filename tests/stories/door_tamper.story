# SIA TA, TR; EN 50131-1: a tamper is latched, needs two samples in both directions, and is independent of the door.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 sample io/di/3 = 1
t=+100 sample io/di/3 = 0
t=+100 sample io/di/3 = 1
t=+100 sample io/di/3 = 1
> 00:00.400 alarm.raised gate tamper B latched p1 TA #2
t=+100 sample io/di/3 = 0
t=+100 sample io/di/3 = 0
> 00:00.700 alarm.cleared gate tamper D latched p1 TR #2
t=+0 ack gate/tamper
> 00:00.700 alarm.acked gate tamper C latched p1 #2 by op12
> 00:00.700 alarm.latched gate tamper C latched p1 #2 by op12
> = ok
t=+0 reset gate/tamper
> 00:00.700 alarm.reset gate tamper A p1 #2 by op12
> = ok
