# NA 391: a level that does not move for stuck_s is frozen, however quiet it looks; the first change ends it.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, level: num/mv/0, threshold: 20, count: 2, window_s: 20, stuck_s: 2}
story
t=+0 wire num/mv/0 = 30
t=+0 scan x15
> 00:00.100 sensor.changed wire normal initial
t=+100 wire num/mv/0 = 31
t=+0 scan x25
> 00:03.500 alarm.raised wire stuck B p3 NA #2
t=+100 wire num/mv/0 = 32
t=+0 scan x2
> 00:04.000 alarm.cleared wire stuck D p3 NS #2
