# ISA-18.2: what is not true when the time of shelving is over comes back as normal; what happened meanwhile is on record only.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 1, hold_s: 1, dead_ms: 100}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+0 shelve wire/fence.intrusion for=60 why mowing
> 00:00.100 alarm.shelved wire fence.intrusion E p1 #2 shelved until 01:00 by op12 why mowing
> = ok
t=+1000 wire io/di/0 = 1
t=+0 scan
> 00:01.100 sensor.changed wire fence.activity active count=1
t=+100 wire io/di/0 = 0
t=+0 scan x2
> 00:01.300 sensor.changed wire normal
t=+60000 wait
> 01:00.100 alarm.unshelved wire fence.intrusion A p1 #2
t=+0 ack wire/fence.intrusion
> = not needed
