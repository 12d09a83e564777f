# No delay runs out on a missed scan: held waits for the next good sample of the contact.
areas: {yard: {title: Yard}}
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
t=+9900 scan
> 00:07.300 alarm.raised gate door.held.pre C p4 DN #3
t=+50 sample io/di/0 = 1 uncertain
t=+150 sample io/di/0 = 1
> 00:10.400 alarm.raised gate door.held B p2 DL #4
> 00:10.400 alarm.cleared gate door.held.pre A p4 DH #3
