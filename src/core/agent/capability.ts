/** A capability that a worker or an agent needs to run a task: `gpu`, `ffmpeg-7`. */
export const CAPABILITY = /^[a-z0-9][a-z0-9._-]{0,49}$/;
