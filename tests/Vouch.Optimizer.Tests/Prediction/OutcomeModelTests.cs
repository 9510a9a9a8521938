using FsCheck;
using FsCheck.Fluent;
using Vouch.Core.Exceptions;
using Vouch.Optimizer.Prediction;

namespace Vouch.Optimizer.Tests.Prediction;

public sealed class OutcomeModelTests
{
    private static readonly Lazy<OutcomeFit> Planted = new(() => new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, PlantedPrompts.Make(600, 1)));

    [Fact]
    public void Predict_PlantedTopics_FindsTheirChances()
    {
        var random = new Random(99);
        var predictions = new OutcomePrediction[4];
        for (int topic = 0; topic < 3; topic++)
        {
            var sums = new double[4];
            for (int i = 0; i < 60; i++)
            {
                Planted.Value.Model.Predict(PlantedPrompts.Prompt(topic, random), predictions);
                for (int e = 0; e < 4; e++)
                {
                    sums[e] += predictions[e].SuccessProbability / 60;
                }
            }

            double[] chances = PlantedPrompts.Chances(topic);
            for (int e = 0; e < 4; e++)
            {
                sums[e].Should().BeApproximately(chances[e], 0.1, $"topic {topic}, endpoint {e}");
            }
        }
    }

    [Fact]
    public void Predict_HeldOutChances_AreCalibrated()
    {
        LabelledPrompt[] prompts = PlantedPrompts.Make(600, 1);
        IReadOnlyList<IReadOnlyList<double>> chances = Planted.Value.HeldOutProbabilities;
        for (int e = 0; e < 4; e++)
        {
            double expected = chances.Average(row => row[e]);
            double actual = prompts.Average(prompt => prompt.Scores[e]);
            expected.Should().BeApproximately(actual, 0.02);
        }

        // Brier score of the topic-dependent endpoint: the true chances give about 0.13, its mean alone 0.23.
        double brier = prompts.Select((prompt, i) => Math.Pow(prompt.Scores[0] - chances[i][0], 2)).Average();
        brier.Should().BeLessThan(0.16);
    }

    [Fact]
    public void Predict_Anything_KeepsItsRanges()
    {
        OutcomeModel model = Planted.Value.Model;
        Prop.ForAll(ArbMap.Default.ArbFor<string?>(), text =>
        {
            var predictions = new OutcomePrediction[4];
            model.Predict(text, predictions);
            return predictions.All(p => p.Lower >= 0 && p.Lower <= p.SuccessProbability && p.SuccessProbability <= p.Upper && p.Upper <= 1
                && p.OutputTokens >= 0 && double.IsFinite(p.OutputTokens) && p.EffectiveSampleSize >= 1);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(300).WithReplay(20_260_801UL, 1UL));
        foreach (string extreme in (string[])["", " ", new string('9', 100_000), new string('\ud800', 5_000), string.Concat(Enumerable.Repeat("é\n\t{}", 20_000))])
        {
            var predictions = new OutcomePrediction[4];
            model.Predict(extreme, predictions);
            predictions.Should().OnlyContain(p => double.IsFinite(p.SuccessProbability) && double.IsFinite(p.OutputTokens));
        }
    }

    [Fact]
    public void Predict_WarmModel_AllocatesNothing()
    {
        OutcomeModel model = Planted.Value.Model;
        var predictions = new OutcomePrediction[4];
        string prompt = PlantedPrompts.Prompt(0, new Random(3));
        string longer = string.Join(' ', Enumerable.Repeat(prompt, 20));

        Allocations.Of(
            () =>
            {
                model.Predict(prompt, predictions);
                model.Predict(longer, predictions);
            },
            times: 100).Should().Be(0);
    }

    [Fact]
    public void Predict_ManyThreads_GiveOneAnswer()
    {
        OutcomeModel model = Planted.Value.Model;
        string prompt = PlantedPrompts.Prompt(1, new Random(4));
        var expected = new OutcomePrediction[4];
        model.Predict(prompt, expected);

        Parallel.For(0, 500, _ =>
        {
            var predictions = new OutcomePrediction[4];
            model.Predict(prompt, predictions);
            predictions.Should().Equal(expected);
        });
    }

    [Fact]
    public void Predict_WrongRoom_Throws() =>
        FluentActions.Invoking(() => Planted.Value.Model.Predict("x", new OutcomePrediction[3])).Should().Throw<ArgumentException>();

    [Fact]
    public void Fit_SameData_SameDigest()
    {
        LabelledPrompt[] prompts = PlantedPrompts.Make(120, 5);

        string first = new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, prompts).Model.Digest;
        string second = new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, prompts).Model.Digest;

        second.Should().Be(first).And.StartWith("sha256:");
        new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, PlantedPrompts.Make(120, 6)).Model.Digest.Should().NotBe(first);
    }

    [Fact]
    public void Load_WhatWasSaved_PredictsBitForBit()
    {
        OutcomeModel model = Planted.Value.Model;
        using var memory = new MemoryStream();
        model.Save(memory);
        memory.Position = 0;

        OutcomeModel loaded = OutcomeModel.Load(memory);

        loaded.Digest.Should().Be(model.Digest);
        memory.Length.Should().BeLessThan(4 << 20);
        var one = new OutcomePrediction[4];
        var two = new OutcomePrediction[4];
        foreach (LabelledPrompt prompt in PlantedPrompts.Make(50, 7))
        {
            model.Predict(prompt.Prompt, one);
            loaded.Predict(prompt.Prompt, two);
            two.Should().Equal(one);
        }
    }

    [Fact]
    public void Load_DamagedOrCut_IsRefused()
    {
        using var memory = new MemoryStream();
        Planted.Value.Model.Save(memory);
        byte[] bytes = memory.ToArray();
        var random = new Random(8);
        for (int i = 0; i < 25; i++)
        {
            byte[] damaged = [.. bytes];
            damaged[i < 16 ? i : random.Next(damaged.Length)] ^= (byte)(1 << random.Next(8));
            FluentActions.Invoking(() => OutcomeModel.Load(new MemoryStream(damaged))).Should().Throw<InputValidationException>();
        }

        foreach (int length in (int[])[0, 5, 12, 16, 1_000, bytes.Length - 1])
        {
            FluentActions.Invoking(() => OutcomeModel.Load(new MemoryStream(bytes, 0, length))).Should().Throw<InputValidationException>();
        }
    }

    [Fact]
    public void Explain_PlantedWord_NamesIt()
    {
        PredictionExplanation explanation = Planted.Value.Model.Explain(PlantedPrompts.Prompt(0, new Random(9)), 0);

        explanation.BaseRate.Should().BeApproximately(0.62, 0.08);
        explanation.Prediction.SuccessProbability.Should().BeLessThan(0.4);
        explanation.Contributions.Where(c => c.LogOdds < 0).Select(c => c.Feature)
            .Should().Contain(feature => feature.Contains("prove") || feature.Contains("theorem") || feature.Contains("lemma") || feature.Contains("induction"));
    }

    [Fact]
    public void Fit_BadInput_SaysWhere()
    {
        var trainer = new OutcomeModelTrainer();
        LabelledPrompt[] prompts = PlantedPrompts.Make(30, 10);
        LabelledPrompt[] unlabelled = [.. prompts.Select(p => new LabelledPrompt(p.Prompt, [p.Scores[0], double.NaN, p.Scores[2], p.Scores[3]], []))];

        FluentActions.Invoking(() => trainer.Fit(PlantedPrompts.Endpoints, prompts[..5])).Should().Throw<InputValidationException>().WithMessage("*20*5*");
        FluentActions.Invoking(() => trainer.Fit(["a", "b"], prompts)).Should().Throw<InputValidationException>().Which.Location.Should().Be("prompts[0]");
        FluentActions.Invoking(() => trainer.Fit(["a", "a", "b", "c"], prompts)).Should().Throw<ArgumentException>();
        FluentActions.Invoking(() => trainer.Fit(PlantedPrompts.Endpoints, unlabelled)).Should().Throw<InputValidationException>().WithMessage("*fails on code*");
        FluentActions.Invoking(() => new LabelledPrompt("x", [1.5], [])).Should().Throw<ArgumentOutOfRangeException>();
    }

    [Fact]
    public void Fit_MissingScores_LearnsFromTheRest()
    {
        var random = new Random(11);
        LabelledPrompt[] sparse = [.. PlantedPrompts.Make(900, 12).Select(p => new LabelledPrompt(
            p.Prompt, [.. p.Scores.Select((score, e) => e == 0 || random.NextDouble() < 0.5 ? score : double.NaN)], []))];

        OutcomeModel model = new OutcomeModelTrainer().Fit(PlantedPrompts.Endpoints, sparse).Model;

        var predictions = new OutcomePrediction[4];
        model.Predict(PlantedPrompts.Prompt(1, random), predictions);
        predictions[1].SuccessProbability.Should().BeLessThan(0.4);
        predictions[0].SuccessProbability.Should().BeGreaterThan(0.65);
        predictions[0].OutputTokens.Should().Be(0, "no token count was given");
    }

    [Fact]
    public void Predict_OutputTokens_FollowTheForm()
    {
        var predictions = new OutcomePrediction[4];

        Planted.Value.Model.Predict(PlantedPrompts.Prompt(1, new Random(13)), predictions);
        predictions[2].OutputTokens.Should().BeInRange(700, 1_100);
        Planted.Value.Model.Predict(PlantedPrompts.Prompt(2, new Random(13)), predictions);
        predictions[2].OutputTokens.Should().BeInRange(230, 400);
    }

    [Fact]
    public void AddEndpoint_FiftyLabels_FindsLevelAndOrder()
    {
        LabelledPrompt[] labels = [.. PlantedPrompts.Make(50, 14).Select(p => new LabelledPrompt(p.Prompt, [p.Scores[3]], [p.OutputTokens[3]]))];

        OutcomeModel model = new OutcomeModelTrainer().AddEndpoint(Planted.Value.Model, "newcomer", labels);

        model.Endpoints.Should().HaveCount(5).And.EndWith("newcomer");
        var known = new OutcomePrediction[4];
        var more = new OutcomePrediction[5];
        double mean = 0;
        LabelledPrompt[] fresh = PlantedPrompts.Make(200, 15);
        foreach (LabelledPrompt prompt in fresh)
        {
            Planted.Value.Model.Predict(prompt.Prompt, known);
            model.Predict(prompt.Prompt, more);
            more[..4].Select(p => p.SuccessProbability).Should().Equal(known.Select(p => p.SuccessProbability));
            mean += more[4].SuccessProbability / fresh.Length;
        }

        mean.Should().BeApproximately(0.9, 0.1);
        more[4].EffectiveSampleSize.Should().BeLessThan(51);
        FluentActions.Invoking(() => new OutcomeModelTrainer().AddEndpoint(model, "late", labels[..5])).Should().Throw<InputValidationException>();
        FluentActions.Invoking(() => new OutcomeModelTrainer().AddEndpoint(model, "newcomer", labels)).Should().Throw<ArgumentException>();
    }

    [Fact]
    public void Fit_WithPrior_NeedsFewerLabels()
    {
        OutcomeModel prior = Planted.Value.Model;
        LabelledPrompt[] few = PlantedPrompts.Make(40, 16);
        string[] names = ["a", "b", "c", "d"];

        OutcomeModel cold = new OutcomeModelTrainer().Fit(names, few).Model;
        OutcomeModel warm = new OutcomeModelTrainer().Fit(names, few, prior).Model;

        LabelledPrompt[] fresh = PlantedPrompts.Make(300, 17);
        Brier(warm, fresh).Should().BeLessThan(Brier(cold, fresh));
    }

    [Fact]
    public void Embedding_OfTheHost_TakesPart()
    {
        var embedding = new TopicEmbedding();
        OutcomeModel model = new OutcomeModelTrainer(embedding).Fit(PlantedPrompts.Endpoints, PlantedPrompts.Make(200, 18)).Model;
        using var memory = new MemoryStream();
        model.Save(memory);

        memory.Position = 0;
        FluentActions.Invoking(() => OutcomeModel.Load(memory)).Should().Throw<InputValidationException>().WithMessage("*embedding*");
        memory.Position = 0;
        OutcomeModel.Load(memory, embedding).Digest.Should().Be(model.Digest);
        Brier(model, PlantedPrompts.Make(200, 19)).Should().BeLessThan(0.2);
    }

    private static double Brier(OutcomeModel model, LabelledPrompt[] prompts)
    {
        var predictions = new OutcomePrediction[model.Endpoints.Count];
        double sum = 0;
        foreach (LabelledPrompt prompt in prompts)
        {
            model.Predict(prompt.Prompt, predictions);
            sum += Enumerable.Range(0, predictions.Length).Average(e => Math.Pow(prompt.Scores[e] - predictions[e].SuccessProbability, 2));
        }

        return sum / prompts.Length;
    }

    private sealed class TopicEmbedding : IEmbedding
    {
        public string Name => "topics 1";

        public int Dimensions => 3;

        public void Embed(ReadOnlySpan<char> prompt, Span<float> vector)
        {
            vector[0] = prompt.Contains("theorem", StringComparison.Ordinal) ? 1 : 0;
            vector[1] = prompt.Contains("assert", StringComparison.Ordinal) ? 1 : 0;
            vector[2] = 1 - vector[0] - vector[1];
        }
    }
}
