# SIA DM: held in an unset area is trouble of priority 3.
areas: {yard: {title: Yard, start: unset}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, release: io/di/2, held_s: 10, pre_alarm_s: 3}
story
t=+0 scan x2
> 00:00.100 sensor.changed gate closed initial
t=+100 wire io/di/2 = 1
t=+0 scan
t=+100 wire io/di/0 = 1
t=+0 scan
> 00:00.300 sensor.changed gate open
t=+11000 wait
> 00:07.300 alarm.raised gate door.held.pre C p4 DN #3
> 00:10.300 alarm.raised gate door.held B p3 DM #4
> 00:10.300 alarm.cleared gate door.held.pre A p4 DH #3
