# Restarted within the pre-alarm, a door has only the rest of its time, not all of it again.
areas: {yard: {title: Yard}}
sensors:
  gate: {kind: door, area: yard, contact: io/di/0, bolt: io/di/1, release: io/di/2, tamper: io/di/3}
story
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:00.100 sensor.changed gate locked initial
t=+100 wire io/di/2 = 1
t=+0 scan
t=+200 wire io/di/0 = 1
t=+0 wire io/di/1 = 0
t=+0 scan x2
> 00:00.400 sensor.changed gate open
t=+100 wire io/di/2 = 0
t=+0 scan x2
t=+16000 restart
> 00:15.400 alarm.raised gate door.held.pre C p4 DN #3
t=+0 scan x2
> 00:16.800 sensor.changed gate open initial
t=+6000 wait
> 00:21.700 alarm.raised gate door.held B p2 DL #5 initial
> 00:21.700 alarm.cleared gate door.held.pre A p4 DH #3
