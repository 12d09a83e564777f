# ONVIF Door Control OpenTime and PreAlarmTime; SIA DN, DL, DH: released and open for 15 s is the pre-alarm, 20 s is held,
# and held is not forced. The pre-alarm needs no acknowledgement.
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
t=+25000 scan x2
> 00:15.400 alarm.raised gate door.held.pre C p4 DN #3
> 00:20.400 alarm.raised gate door.held B p2 DL #4
> 00:20.400 alarm.cleared gate door.held.pre A p4 DH #3
t=+1000 wire io/di/0 = 0
t=+0 wire io/di/1 = 1
t=+0 scan x2
> 00:26.800 alarm.cleared gate door.held D p2 DH #4
> 00:26.800 sensor.changed gate closed
> 00:26.800 sensor.changed gate locked
t=+1000 ack gate/door.held
> 00:27.800 alarm.acked gate door.held A p2 #4 by op12
> = ok
