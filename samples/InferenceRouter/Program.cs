Console.WriteLine("InferenceRouter: not built yet.");
