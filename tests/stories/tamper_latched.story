# EN 50131-1 table 6, tamper: latched, 24 hours; SIA TT while unset. Acknowledged before it is gone it waits for its reset.
areas: {yard: {title: Yard, start: unset}}
sensors:
  lid: {kind: tamper, area: yard, input: io/di/0}
story
t=+0 scan x2
> 00:00.100 sensor.changed lid normal initial
t=+100 wire io/di/0 = 1
t=+0 scan x2
> 00:00.200 alarm.raised lid tamper B latched p2 TT #2
> 00:00.300 sensor.changed lid active
t=+0 ack lid/tamper
> 00:00.300 alarm.acked lid tamper C latched p2 #2 by op12
> = ok
t=+0 reset lid/tamper
> = still active
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:01.400 alarm.cleared lid tamper C latched p2 TR #2
> 00:01.400 alarm.latched lid tamper C latched p2 #2
> 00:01.400 sensor.changed lid normal
t=+0 reset lid/tamper
> 00:01.400 alarm.reset lid tamper A p2 #2 by op12
> = ok
