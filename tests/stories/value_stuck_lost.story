# A loss hides whether a value moved: after it the time begins anew, and what was stuck stays so until it is seen to move.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, level: num/mv/0, threshold: 20, count: 2, window_s: 20, stuck_s: 2}
story
t=+0 wire num/mv/0 = 30
t=+0 scan x15
> 00:00.100 sensor.changed wire normal initial
t=+100 lose num
> 00:01.500 device.lost num device.lost B p2 ET #2
t=+0 scan
> 00:01.500 alarm.raised wire supervision_lost B p1 BZ #3
> 00:01.500 sensor.changed wire unknown bad
t=+5000 find num
> 00:06.500 device.restored num device.lost D p2 ER #2
t=+0 scan x15
> 00:06.600 alarm.cleared wire supervision_lost D p1 BR #3
> 00:06.600 sensor.changed wire normal
t=+0 wire num/mv/0 = 30
t=+0 scan x15
> 00:08.500 alarm.raised wire stuck B p3 NA #8
t=+100 lose num
> 00:09.400 device.lost num device.lost B p2 ET #9 count=2
t=+0 scan
> 00:09.400 alarm.updated wire supervision_lost B p1 BZ #10 count=2
> 00:09.400 sensor.changed wire unknown bad
t=+1000 find num
> 00:10.400 device.restored num device.lost D p2 ER #9 count=2
t=+0 wire num/mv/0 = 35
t=+0 scan x2
> 00:10.500 alarm.cleared wire supervision_lost D p1 BR #10 count=2
> 00:10.500 sensor.changed wire normal
t=+100 wire num/mv/0 = 36
t=+0 scan
> 00:10.600 alarm.cleared wire stuck D p3 NS #8
