# OPC UA Part 9 OneShotShelve: ends when the condition is gone the next time, at the latest when the time is over.
areas: {yard: {title: Yard}}
sensors:
  pump: {kind: input, area: yard, input: io/di/0}
story
t=+0 wire io/di/0 = 1
t=+0 scan x2
> 00:00.000 alarm.raised pump input.active B p3 UA #1 initial
> 00:00.000 sensor.changed pump active initial
t=+1000 shelve pump/input.active once why pump test
> 00:01.100 alarm.shelved pump input.active E p3 #1 shelved once until 60:01 by op12 why pump test
> = ok
t=+1000 wire io/di/0 = 0
t=+0 scan x2
> 00:02.200 alarm.cleared pump input.active E p3 #1 shelved once until 60:01
> 00:02.200 alarm.unshelved pump input.active A p3 #1
> 00:02.200 sensor.changed pump normal
t=+1000 wire io/di/0 = 1
t=+0 scan x2
> 00:03.200 alarm.raised pump input.active B p3 UA #7
> 00:03.200 sensor.changed pump active
