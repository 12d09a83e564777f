# Event window of 1 s: five counts within one scan are one blow; over an outage of 10 s as many count as the dead time lets.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, counter: num/hits/0, count: 3, window_s: 30, dead_ms: 1000, hold_s: 5}
story
t=+0 wire num/hits/0 = 7
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+100 wire num/hits/0 = 12
t=+0 scan x2
> 00:00.200 sensor.changed wire fence.activity active count=1
t=+100 lose num
> 00:00.400 device.lost num device.lost B p2 ET #3
t=+0 scan
> 00:00.400 alarm.raised wire supervision_lost B p1 BZ #4
> 00:00.400 sensor.changed wire unknown bad
t=+10000 find num
> 00:10.400 device.restored num device.lost D p2 ER #3
t=+0 wire num/hits/0 = 15
t=+0 scan x2
> 00:10.400 alarm.raised wire fence.intrusion B p1 BA #7 count=4
> 00:10.500 alarm.cleared wire supervision_lost D p1 BR #4
> 00:10.500 sensor.changed wire active
