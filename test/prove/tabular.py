"""scikit-learn's pipeline on the tables and splits of a JSON file: a line of JSON a table, with the scores and seconds of each model and split."""
import json
import sys
import time
import warnings

import numpy as np
import pandas as pd
from sklearn.compose import make_column_transformer
from sklearn.linear_model import LogisticRegression, Ridge
from sklearn.neural_network import MLPClassifier, MLPRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import OneHotEncoder, StandardScaler

warnings.filterwarnings('ignore')

for line in open(sys.argv[1]):
    table = json.loads(line)
    features = pd.DataFrame({str(i): one['values'] for i, one in enumerate(table['columns'])})
    kinds = {kind: [str(i) for i, one in enumerate(table['columns']) if one['kind'] == kind] for kind in ('number', 'category')}
    target = np.array(table['target'])
    models = {
        'linear': LogisticRegression if table['classes'] else Ridge,
        'mlp': MLPClassifier if table['classes'] else MLPRegressor,
    }
    result = {'name': table['name']}
    for name, Model in models.items():
        result[name] = []
        for seed, held in enumerate(table['splits']):
            training = np.ones(len(target), bool)
            training[held] = False
            start = time.perf_counter()
            encoder = make_column_transformer(
                (StandardScaler(), kinds['number']), (OneHotEncoder(handle_unknown='ignore'), kinds['category'])
            )
            model = make_pipeline(encoder, Model(random_state=seed))
            model.fit(features[training], target[training])
            seconds = time.perf_counter() - start
            result[name].append({'score': model.score(features[~training], target[~training]), 'seconds': seconds})
    print(json.dumps(result), flush=True)
