namespace Vouch.TrustEngine.Consensus;

/// <summary>Gives numbers with gaps their places in ascending order: by table where they are dense, by search where they are not.</summary>
internal sealed class NumberIndex
{
    private readonly int[]? _places;

    private NumberIndex(int[] numbers, int[]? places)
    {
        Numbers = numbers;
        _places = places;
    }

    public int[] Numbers { get; }

    public int IndexOf(int number) => _places is null ? Array.BinarySearch(Numbers, number) : _places[number];

    public static NumberIndex Of(ReadOnlySpan<int> numbers)
    {
        int max = -1;
        foreach (int number in numbers)
        {
            max = Math.Max(max, number);
        }

        if (max > (4L * numbers.Length) + 1024)
        {
            int[] sorted = numbers.ToArray();
            Array.Sort(sorted);
            return new NumberIndex([.. sorted.Distinct()], null);
        }

        var places = new int[max + 1];
        foreach (int number in numbers)
        {
            places[number] = 1;
        }

        int count = 0;
        for (int number = 0; number <= max; number++)
        {
            places[number] = places[number] == 1 ? count++ : -1;
        }

        var distinct = new int[count];
        for (int number = 0; number <= max; number++)
        {
            if (places[number] >= 0)
            {
                distinct[places[number]] = number;
            }
        }

        return new NumberIndex(distinct, places);
    }
}
