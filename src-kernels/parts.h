/* Places of a text that are attended together: the tiles of a head of 128 numbers then take 128 KB each, and two of them stay in a core's own cache. */
enum { part_places = 512 };
