# Event count 2 within a restarting window of 20 s (Senstar LM100 rule); SIA BA, BH: the second blow is the intrusion, it is held 5 s
# after the wire is quiet; the first is fence.activity, no alarm.
areas: {yard: {title: Yard}}
sensors:
  wire: {kind: fence, area: yard, hit: io/di/0, count: 2, window_s: 20, dead_ms: 1000, hold_s: 5}
story
t=+0 scan x2
> 00:00.100 sensor.changed wire normal initial
t=+1000 sample io/di/0 = 1
> 00:01.100 sensor.changed wire fence.activity active count=1
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:01.300 sensor.changed wire normal
t=+15000 sample io/di/0 = 1
> 00:16.300 alarm.raised wire fence.intrusion B p1 BA #4 count=2
> 00:16.300 sensor.changed wire active
t=+100 sample io/di/0 = 0
t=+100 sample io/di/0 = 0
> 00:16.500 sensor.changed wire normal
t=+6000 wait
> 00:21.400 alarm.cleared wire fence.intrusion D p1 BH #4
t=+0 ack wire/fence.intrusion
> 00:22.500 alarm.acked wire fence.intrusion A p1 #4 by op12
> = ok
