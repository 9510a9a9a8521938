using System.Runtime.CompilerServices;

namespace Vouch.Optimizer.Prediction;

/// <summary>
/// What is read off a prompt: which of 32,768 hashed words, pairs of words and letter triples occur, and 30 measures of its form (length, digits, symbols, code and formula marks).
/// Letter case and white space do not enter the hashes, digits only by the length of their number, so that noise moves little.
/// </summary>
/// <remarks>
/// Presence, not counts: one bit for each bucket. The hash is FNV-1a with a murmur finish (public domain). Source of the trick: K. Weinberger et al.,
/// <i>Feature Hashing for Large Scale Multitask Learning</i>, ICML 2009.
/// </remarks>
internal static class PromptFeatures
{
    /// <summary>The number of buckets.</summary>
    public const int Buckets = 1 << BucketBits;

    /// <summary>The number of measures.</summary>
    public const int Measures = 30;

    /// <summary>How many characters of a prompt are read at most; what lies beyond is left unread but counted in the length.</summary>
    public const int MaximumCharacters = 8_192;

    /// <summary>How many buckets one prompt can fill at most: a word, a pair and a triple per character.</summary>
    public const int MaximumFeatures = 3 * (MaximumCharacters + 2);

    private const int BucketBits = 15;
    private const uint Basis = 2166136261;
    private const uint Prime = 16777619;

    /// <summary>Gets the names of the measures, in order.</summary>
    public static string[] MeasureNames { get; } =
    [
        "length", "words", "word length", "digits", "digit share", "numbers", "largest number", "all-capital words share", "symbols", "symbol share",
        "operators", "backslashes", "question marks", "parentheses", "equals signs", "brackets", "commas", "dollar signs", "underscores", "quotes",
        "colons", "full stops", "semicolons", "lines", "options", "different words share", "long words", "long words share", "different words", "numbers per word",
    ];

    /// <summary>Reads a prompt.</summary>
    /// <param name="prompt">The prompt.</param>
    /// <param name="seen">A bit for each bucket, all zero; holds the buckets afterwards.</param>
    /// <param name="buckets">Room for <see cref="MaximumFeatures"/> buckets, or for 3 more than three times the prompt's length.</param>
    /// <param name="measures">Room for <see cref="Measures"/> numbers.</param>
    /// <returns>The number of different buckets.</returns>
    public static int Extract(ReadOnlySpan<char> prompt, Span<ulong> seen, Span<int> buckets, Span<float> measures)
    {
        var reader = new Reader(seen, buckets);
        reader.Read(prompt.Length > MaximumCharacters ? prompt[..MaximumCharacters] : prompt);
        reader.Measure(prompt.Length, measures);
        return reader.Count;
    }

    /// <summary>The bucket of a hash.</summary>
    public static int Bucket(uint hash) => (int)((hash * 2654435761u) >> (32 - BucketBits));

    /// <summary>The hash of a word of letters, whatever their case.</summary>
    public static uint Word(ReadOnlySpan<char> word)
    {
        uint hash = Basis;
        foreach (char letter in word)
        {
            hash = (hash ^ Lower(letter)) * Prime;
        }

        return Mix(hash);
    }

    /// <summary>The hash of two tokens in a row.</summary>
    public static uint Pair(uint first, uint second) => Mix((first * 31) + second);

    /// <summary>The hash of a number of so many digits.</summary>
    public static uint Number(int digits) => Mix(0x9000u + (uint)Math.Min(digits, 6));

    /// <summary>The hash of a symbol.</summary>
    public static uint Symbol(char symbol) => Mix(0x20000u + symbol);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static char Lower(char letter) => letter < 128 ? (char)(letter | 0x20) : char.ToLowerInvariant(letter);

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Mix(uint hash)
    {
        hash ^= hash >> 16;
        hash *= 0x85ebca6b;
        hash ^= hash >> 13;
        hash *= 0xc2b2ae35;
        return hash ^ (hash >> 16);
    }

    private ref struct Reader(Span<ulong> seen, Span<int> buckets)
    {
        private readonly Span<ulong> _seen = seen;
        private readonly Span<int> _buckets = buckets;
        private uint _previous;
        private int _words, _different, _letters, _capitals, _digits, _numbers, _symbols, _longWords, _lines, _options;
        private int _operators, _backslashes, _questions, _parentheses, _equals, _brackets, _commas, _dollars, _underscores, _quotes, _colons, _stops, _semicolons;
        private double _largest;

        public int Count { get; private set; }

        public void Read(ReadOnlySpan<char> text)
        {
            int at = 0;
            while (at < text.Length)
            {
                char c = text[at];
                if (char.IsLetter(c))
                {
                    at = ReadWord(text, at);
                }
                else if (char.IsDigit(c))
                {
                    at = ReadNumber(text, at);
                }
                else
                {
                    if (char.IsWhiteSpace(c))
                    {
                        ReadSpace(text, at);
                    }
                    else
                    {
                        ReadSymbol(c);
                    }

                    at++;
                }
            }
        }

        public readonly void Measure(int length, Span<float> measures)
        {
            double words = Math.Max(1, _words);
            double read = Math.Max(1, Math.Min(length, MaximumCharacters));
            measures[0] = Log(length);
            measures[1] = Log(_words);
            measures[2] = (float)(_letters / words);
            measures[3] = Log(_digits);
            measures[4] = (float)(_digits / read);
            measures[5] = Log(_numbers);
            measures[6] = Log(_largest);
            measures[7] = (float)(_capitals / words);
            measures[8] = Log(_symbols);
            measures[9] = (float)(_symbols / read);
            measures[10] = Log(_operators);
            measures[11] = Log(_backslashes);
            measures[12] = Log(_questions);
            measures[13] = Log(_parentheses);
            measures[14] = Log(_equals);
            measures[15] = Log(_brackets);
            measures[16] = Log(_commas);
            measures[17] = Log(_dollars);
            measures[18] = Log(_underscores);
            measures[19] = Log(_quotes);
            measures[20] = Log(_colons);
            measures[21] = Log(_stops);
            measures[22] = Log(_semicolons);
            measures[23] = Log(_lines);
            measures[24] = Log(_options);
            measures[25] = (float)(_different / words);
            measures[26] = Log(_longWords);
            measures[27] = (float)(_longWords / words);
            measures[28] = Log(_different);
            measures[29] = (float)(_numbers / words);
        }

        private static float Log(double value) => (float)Math.Log(1 + value);

        private int ReadWord(ReadOnlySpan<char> text, int start)
        {
            uint hash = Basis;
            char before = '_';
            char last = '_';
            bool capitals = true;
            int at = start;
            while (at < text.Length && char.IsLetter(text[at]))
            {
                char letter = text[at];
                char lower = Lower(letter);
                capitals &= char.IsUpper(letter);
                hash = (hash ^ lower) * Prime;
                if (at > start)
                {
                    AddTriple(before, last, lower);
                    before = last;
                }

                last = lower;
                at++;
            }

            AddTriple(before, last, '_');
            int length = at - start;
            _letters += length;
            _longWords += length > 9 ? 1 : 0;
            _capitals += capitals && length > 1 ? 1 : 0;
            AddToken(Mix(hash));
            return at;
        }

        private int ReadNumber(ReadOnlySpan<char> text, int start)
        {
            int at = start;
            double value = 0;
            while (at < text.Length && char.IsDigit(text[at]))
            {
                value = (value * 10) + Math.Clamp(text[at] - '0', 0, 9);
                at++;
            }

            _digits += at - start;
            _numbers++;
            _largest = Math.Min(Math.Max(_largest, value), 1e12);
            AddToken(Number(at - start));
            return at;
        }

        private void ReadSpace(ReadOnlySpan<char> text, int at)
        {
            if (text[at] != '\n')
            {
                return;
            }

            _lines++;
            if (at + 2 < text.Length && text[at + 1] is >= 'A' and <= 'J' && text[at + 2] is '.' or ')')
            {
                _options++;
            }
        }

        private void ReadSymbol(char symbol)
        {
            _symbols++;
            switch (symbol)
            {
                case '+' or '-' or '*' or '/' or '^' or '<' or '>' or '%': _operators++; break;
                case '\\': _backslashes++; break;
                case '?': _questions++; break;
                case '(' or ')': _parentheses++; break;
                case '=': _equals++; break;
                case '[' or ']' or '{' or '}': _brackets++; break;
                case ',': _commas++; break;
                case '$': _dollars++; break;
                case '_': _underscores++; break;
                case '"' or '\'': _quotes++; break;
                case ':': _colons++; break;
                case '.': _stops++; break;
                case ';': _semicolons++; break;
            }

            AddToken(Symbol(symbol));
        }

        private void AddToken(uint hash)
        {
            _words++;
            _different += Add(Bucket(hash)) ? 1 : 0;
            if (_words > 1)
            {
                Add(Bucket(Pair(_previous, hash)));
            }

            _previous = hash;
        }

        private void AddTriple(char a, char b, char c) => Add(Bucket(Mix((((((Basis ^ a) * Prime) ^ b) * Prime) ^ c) * Prime)));

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private bool Add(int bucket)
        {
            ulong bit = 1UL << (bucket & 63);
            ref ulong word = ref _seen[bucket >> 6];
            if ((word & bit) != 0)
            {
                return false;
            }

            word |= bit;
            _buckets[Count++] = bucket;
            return true;
        }
    }
}
