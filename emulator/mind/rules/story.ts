/**
 * Something long to say, about twenty seconds, so that a caller can talk into it.
 */
export const STORY =
  `Once there was a lighthouse keeper who had never met a ship. Every evening she climbed the stairs, lit the
lamp, and wished the dark a good night. One winter the fog came and stayed for seven days. On the eighth morning a small boat lay on
the stones below, and in it sat an old man with a basket of oranges. I followed your light for a week, he said, and I thought you
might be hungry. They ate the oranges on the stairs, and from then on she lit the lamp a little earlier.`.replaceAll(
    "\n",
    " ",
  );
