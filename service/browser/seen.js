// When somebody really saw a slot: half of it, or half a screen of it, for a second, on a page that is in front.

const LONG_ENOUGH = 1000;
const STEPS = [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.75, 1];

/** Watch elements; `report(element)` is called once for each time that one is watched. */
export function createWatch(report) {
  const timers = new Map();
  const late = new Set();
  const observer = window.IntersectionObserver && new IntersectionObserver((entries) => entries.forEach(look), { threshold: STEPS });

  function look({ target, intersectionRatio, intersectionRect, isIntersecting }) {
    const enough = isIntersecting && (intersectionRatio >= 0.5 || intersectionRect.height >= innerHeight / 2);
    if (!enough) stop(target);
    else if (!timers.has(target)) timers.set(target, setTimeout(done, LONG_ENOUGH, target));
  }

  function done(target) {
    stop(target);
    if (document.hidden) return late.add(target);
    unwatch(target);
    report(target);
  }

  function stop(target) {
    clearTimeout(timers.get(target));
    timers.delete(target);
  }

  function unwatch(target) {
    stop(target);
    late.delete(target);
    if (observer) observer.unobserve(target);
  }

  function watch(target) {
    unwatch(target);
    if (observer) observer.observe(target);
  }

  document.addEventListener("visibilitychange", () => {
    if (document.hidden) [...timers.keys()].forEach((target) => (stop(target), late.add(target)));
    else [...late].forEach(watch);
  });
  return { watch, unwatch };
}
