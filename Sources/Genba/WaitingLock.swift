internal import Glibc

/// A lock under which threads wait for each other: those that make something for room, the one that takes it for more.
@safe
final class WaitingLock: @unchecked Sendable {
  enum Side { case producer, consumer }

  private let mutex: UnsafeMutablePointer<pthread_mutex_t>
  private let producers: UnsafeMutablePointer<pthread_cond_t>
  private let consumer: UnsafeMutablePointer<pthread_cond_t>

  init() {
    unsafe mutex = .allocate(capacity: 1)
    unsafe producers = .allocate(capacity: 1)
    unsafe consumer = .allocate(capacity: 1)
    unsafe pthread_mutex_init(mutex, nil)
    unsafe pthread_cond_init(producers, nil)
    unsafe pthread_cond_init(consumer, nil)
  }

  func acquire() { unsafe pthread_mutex_lock(mutex) }
  func release() { unsafe pthread_mutex_unlock(mutex) }
  func wait(_ side: Side) { unsafe pthread_cond_wait(side == .producer ? producers : consumer, mutex) }

  /// Waits for so long at most; `false` if nobody woke this side in that time.
  func wait(_ side: Side, seconds: Int) -> Bool {
    var end = timespec()
    unsafe clock_gettime(CLOCK_REALTIME, &end)
    end.tv_sec += seconds
    let condition = unsafe side == .producer ? producers : consumer
    return unsafe pthread_cond_timedwait(condition, mutex, &end) != ETIMEDOUT
  }

  func wake(_ side: Side) { unsafe pthread_cond_broadcast(side == .producer ? producers : consumer) }

  deinit {
    unsafe pthread_cond_destroy(consumer)
    unsafe pthread_cond_destroy(producers)
    unsafe pthread_mutex_destroy(mutex)
    unsafe consumer.deallocate()
    unsafe producers.deallocate()
    unsafe mutex.deallocate()
  }
}
