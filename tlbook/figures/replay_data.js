// The replays in their file, moment by moment: what tlbook/figures/replay_files.py has packed.

// Discounted reward of each moment; it begins anew after each point, as in
// tl.rein.discount_episode_rewards (mode 0), or runs on to the end (mode 1).
export function discountEpisodeRewards(rewards, gamma, mode = 0) {
  const discounted = new Array(rewards.length);
  let sum = 0;
  for (let i = rewards.length - 1; i >= 0; i--) {
    if (rewards[i] !== 0 && mode === 0) sum = 0;
    sum = rewards[i] + gamma * sum;
    discounted[i] = sum;
  }
  return discounted;
}

// One replay for each age. frames and differences are lists of arrays.
export function readReplays(file, gamma) {
  const names = ["ages", "moments", "actions", "rewards", "probabilities", "counts", "runs"];
  const [ages, moments, actions, rewards, probabilities, counts, runs] = names.map((name) => file[name].data);
  const [height, width] = file.shape.data;
  const n = file.probabilities.shape[1];
  let [moment, run] = [0, 0];
  return Array.from(ages, (age, k) => {
    const [first, last] = [moment, (moment += moments[k])];
    const frames = [];
    let before = new Uint8Array(height * width);
    for (let i = first; i < last; i++) {
      const frame = before.slice();
      for (const end = run + counts[i]; run < end; run++) {
        const [row, column, length, value] = runs.subarray(4 * run, 4 * run + 4);
        frame.fill(value, row * width + column, row * width + column + length);
      }
      frames.push(frame);
      before = frame;
    }
    // What goes into the network, but for a factor. There is no frame before the first one.
    const differences = frames.map((frame, i) => Int16Array.from(frame, (v, j) => v - frames[Math.max(i - 1, 0)][j]));
    const most = (lists) => lists.reduce((top, list) => list.reduce((a, v) => Math.max(a, Math.abs(v)), top), 1);
    const own = Array.from(rewards.subarray(first, last));
    let [us, them] = [0, 0];
    return {
      age,
      shape: [height, width],
      frames,
      differences,
      darkest: frames.reduce((low, frame) => frame.reduce((a, v) => Math.min(a, v), low), 255),
      brightest: most(frames), // 1 where the frames are zeros and ones
      largest: most(differences),
      actions: actions.subarray(first, last),
      probabilities: frames.map((_, i) => Array.from(probabilities.subarray((first + i) * n, (first + i + 1) * n))),
      rewards: own,
      discounted: discountEpisodeRewards(own, gamma),
      // Points so far: the agent's, and the other's.
      score: own.map((reward) => [(us += Math.max(reward, 0)), (them += Math.max(-reward, 0))]),
    };
  });
}
