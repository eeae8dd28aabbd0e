/** Names on the wire between a window's preload script and main. */
export const callChannel = 'longleaf:call'
export const eventChannel = 'longleaf:event'
/** A path that the person gave by hand (drop, paste, file field): only such paths may be imported by the window. */
export const grantChannel = 'longleaf:grant'
